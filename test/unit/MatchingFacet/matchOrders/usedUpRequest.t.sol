// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId} from "../../../../contracts/types/Ids.sol";
import {OrderKind, OrderOperation} from "../../../../contracts/types/Orders.sol";
import {Presigned} from "../../../fixtures/Presigned.sol";

/// @dev A request order that its first deal uses up is not written: its deal is the proof. Whatever happens before and
/// after, it cannot be used again.
contract UsedUpRequest_Unit_Test is Presigned {
    function setUp() public override {
        super.setUp();
        _withVolume(1_000);
        _fund(requester.addr, 1e15);
    }

    function testFuzz_RevertGiven_AClassicDealUsedTheRequestUp(uint256 volume) external {
        _requestFor(volume);
        _match();

        _assertUsedUp();
    }

    function testFuzz_RevertGiven_ABoostDealUsedTheRequestUp(uint256 volume) external {
        _requestFor(volume);
        _matchBoost();

        _assertUsedUp();
    }

    function testFuzz_RevertGiven_ASponsoredDealUsedTheRequestUp(uint256 volume, bool boost) external {
        _requestFor(volume);
        if (boost) _matchBoostSponsored();
        else _matchSponsored();

        _assertUsedUp();
    }

    function testFuzz_RevertGiven_TwoDealsUsedTheRequestUp(uint256 first, uint256 second, bool boost) external {
        (first, second) = (bound(first, 1, 400), bound(second, 1, 400));
        _requestFor(first + second);
        _matchSome(first, boost);
        _matchSome(second, !boost);

        _assertUsedUp();
    }

    function testFuzz_RevertGiven_ADealUsedUpARequestThatWasPresigned(bool boost, bool again) external {
        _requestFor(10);
        requestOrder.sign = "";
        _manage(3, OrderOperation.SIGN);
        if (boost) _matchBoost();
        else _match();
        if (again) _manage(3, OrderOperation.SIGN);

        _assertUsedUp();
        assertEq(poco.viewPresigned(_hashOf(3)), requester.addr, "presigner");
    }

    function testFuzz_RevertGiven_TheRequestWasClosedBeforeAnyDeal(uint256 volume) external {
        _requestFor(volume);
        _manage(3, OrderOperation.CLOSE);

        _assertUsedUp();
        assertEq(poco.viewDeal(_firstDealId()).botSize, 0, "no deal");
    }

    function testFuzz_RevertGiven_TheRequestWasClosedAfterADealUsedItUp(uint256 volume, bool boost) external {
        _requestFor(volume);
        if (boost) _matchBoost();
        else _match();
        _manage(3, OrderOperation.CLOSE);

        _assertUsedUp();
    }

    function testFuzz_RevertGiven_TheRequestWasClosedAfterADealUsedSomeOfIt(uint256 some, bool boost) external {
        some = bound(some, 1, 999);
        _requestFor(1_000);
        _matchSome(some, boost);
        assertEq(poco.viewConsumed(_hashOf(3)), some, "consumed");
        _manage(3, OrderOperation.CLOSE);

        _assertUsedUp();
    }

    function testFuzz_ShouldSayWhatARequestUsedWithoutHavingWrittenIt(uint256 volume, bool boost) external {
        volume = _requestFor(volume);
        if (boost) _matchBoost();
        else _match();

        assertEq(vm.load(address(poco), _slotOf(_hashOf(3))), 0, "not written");
        assertEq(poco.viewConsumed(_hashOf(3)), volume, "consumed");
    }

    function testFuzz_ShouldSayThatNothingIsLeftOfARequestWithoutHavingWrittenIt(uint256 volume, bool boost) external {
        _requestFor(volume);
        if (boost) _matchBoost();
        else _match();

        assertEq(poco.computeDealVolume(appOrder, datasetOrder, workerpoolOrder, requestOrder), 0);
    }

    function testFuzz_ShouldWriteWhatIsUsedOfARequestThatIsNotUsedUp(uint256 some, bool boost) external {
        some = bound(some, 1, 999);
        _requestFor(1_000);
        _matchSome(some, boost);

        assertEq(uint256(vm.load(address(poco), _slotOf(_hashOf(3)))) >> 192, some, "written");
        assertEq(poco.viewConsumed(_hashOf(3)), some, "consumed");
    }

    function testFuzz_ShouldLetAClassicDealFollowABoostDeal(uint256 some) external {
        some = bound(some, 1, 999);
        _requestFor(1_000);
        DealId first = _matchSome(some, true);
        _renewOffers();
        DealId second = _match();

        assertEq(poco.viewDealBoost(first).botSize, some, "boost deal");
        assertEq(poco.viewDeal(second).botFirst, some, "classic deal's first");
        assertEq(poco.viewDeal(second).botSize, 1_000 - some, "classic deal");
        _assertUsedUp();
    }

    function testFuzz_ShouldLetABoostDealFollowAClassicDeal(uint256 some) external {
        some = bound(some, 1, 999);
        _requestFor(1_000);
        DealId first = _matchSome(some, false);
        _renewOffers();
        DealId second = _matchBoost();

        assertEq(poco.viewDeal(first).botSize, some, "classic deal");
        assertEq(poco.viewDealBoost(second).botFirst, some, "boost deal's first");
        assertEq(poco.viewDealBoost(second).botSize, 1_000 - some, "boost deal");
        _assertUsedUp();
    }

    function test_ShouldLeaveARequestOfTheSameWordsBySomebodyElseAlone() external {
        _requestFor(10);
        _match();
        requestOrder.requester = sponsor.addr;
        requestOrder.sign = _sign(sponsor, _hashOf(3));

        assertEq(poco.viewConsumed(_hashOf(3)), 0, "consumed");
        assertEq(poco.viewDeal(_match()).botSize, 10, "deal");
    }

    /// @dev The presigner and what is used share a slot.
    function test_ShouldKnowARequestAsUsedUpWhateverWroteItsPresigner() external {
        uint256 volume = _requestFor(10);
        _match();
        _manage(3, OrderOperation.SIGN);

        assertEq(poco.viewConsumed(_hashOf(3)), volume, "consumed");
        _assertUsedUp();
    }

    /// @dev Signs a request for `volume` tasks, 1 to 1,000, and all else.
    function _requestFor(uint256 volume) private returns (uint256) {
        requestOrder.volume = bound(volume, 1, 1_000);
        _signOrders();
        return requestOrder.volume;
    }

    /// @dev A deal of `volume` tasks, by an app order for no more.
    function _matchSome(uint256 volume, bool boost) private returns (DealId) {
        _renewOffers();
        appOrder.volume = volume;
        _signOrders();
        return boost ? _matchBoost() : _match();
    }

    /// @dev New orders for all but the request.
    function _renewOffers() private {
        bytes32 salt = keccak256(abi.encode(appOrder.salt));
        _withOffers(salt);
        _signOrders();
    }

    function _withOffers(bytes32 salt) private {
        for (uint256 i; i < 3; ++i) {
            _setVolume(i, 1_000);
            _setSalt(i, salt);
        }
    }

    /// @dev Refused through every matching function, also with new orders around it.
    function _assertUsedUp() private {
        bytes memory sign = requestOrder.sign;
        _renewOffers();
        requestOrder.sign = sign;
        _assertRefused(_exhausted(OrderKind.REQUEST, _hashOf(3), requestOrder.volume));
        assertEq(poco.viewConsumed(_hashOf(3)), requestOrder.volume, "consumed");
    }

    /// @dev Where the book keeps what it knows of an order.
    function _slotOf(bytes32 orderHash) private pure returns (bytes32) {
        return keccak256(abi.encode(orderHash, erc7201("poco.storage.OrderBook")));
    }
}
