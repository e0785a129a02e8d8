// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IDiamondCut} from "../../../../contracts/interfaces/external/IERC2535.sol";
import {ICatalog} from "../../../../contracts/interfaces/ICatalog.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {IPoco} from "../../../../contracts/interfaces/IPoco.sol";
import {ISettings} from "../../../../contracts/interfaces/ISettings.sol";
import {ISetup} from "../../../../contracts/interfaces/ISetup.sol";
import {Category} from "../../../../contracts/types/Catalog.sol";

contract SetupRun_Unit_Test is Base {
    address private setup;
    IPoco private fresh;
    ISetup.Deployment private deployment;

    function setUp() public override {
        super.setUp();
        setup = deployCode("SettingsBundle.sol:SettingsBundle");
        address[] memory facets = new address[](2);
        facets[0] = deployCode("EscrowBundle.sol:EscrowBundle");
        facets[1] = setup;
        fresh = IPoco(payable(deployCode("Poco.sol:Poco", abi.encode(owner.addr, facets))));

        deployment.token = address(rlc);
        deployment.name = "name";
        deployment.symbol = "SYMBOL";
        deployment.appRegistry = address(appRegistry);
        deployment.datasetRegistry = address(datasetRegistry);
        deployment.workerpoolRegistry = address(workerpoolRegistry);
        deployment.callbackGas = 100_000;
        deployment.categories.push(Category("XS", "short", 1));
        deployment.categories.push(Category("XL", "long", type(uint32).max));
    }

    function run(IPoco hub, address caller) private {
        bytes memory data = abi.encodeCall(ISetup.run, (deployment));
        vm.prank(caller);
        hub.diamondCut(new IDiamondCut.FacetCut[](0), setup, data);
    }

    function testFuzz_RevertWhen_ItIsNotTheOwnerWhoHasItRun(address caller) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        run(fresh, caller);
    }

    function test_RevertGiven_TheHubWasSetUp() external {
        vm.expectRevert(abi.encodeWithSelector(ISetup.AlreadySetUp.selector, 2));
        run(poco, owner.addr);
    }

    function testFuzz_RevertWhen_TheGasOfCallbacksIsOutOfBounds(uint256 callbackGas) external {
        callbackGas = bound(callbackGas, 5_000_001, type(uint256).max);
        deployment.callbackGas = callbackGas;
        vm.expectRevert(abi.encodeWithSelector(ISettings.CallbackGasTooLarge.selector, callbackGas, 5_000_000));
        run(fresh, owner.addr);

        deployment.callbackGas = callbackGas % 50_000;
        vm.expectRevert(abi.encodeWithSelector(ISettings.CallbackGasTooSmall.selector, deployment.callbackGas, 50_000));
        run(fresh, owner.addr);
    }

    function test_RevertWhen_TheTokenHasNoCode() external {
        deployment.token = anyone.addr;

        vm.expectRevert(abi.encodeWithSelector(ISetup.TokenWithoutCode.selector, anyone.addr));
        run(fresh, owner.addr);
    }

    function test_RevertWhen_ARegistryHasNoCode() external {
        deployment.datasetRegistry = anyone.addr;

        vm.expectRevert(abi.encodeWithSelector(ICatalog.RegistryWithoutCode.selector, anyone.addr));
        run(fresh, owner.addr);
    }

    function testFuzz_RevertWhen_TheClockOfACategoryDoesNotFit(uint256 clock) external {
        clock = bound(clock, uint256(type(uint32).max) + 1, type(uint256).max);
        deployment.categories[1].workClockTimeRef = clock;

        vm.expectRevert(abi.encodeWithSelector(ICatalog.CategoryTooLong.selector, clock, type(uint32).max));
        run(fresh, owner.addr);
    }

    function testFuzz_WhenItIsCalledAsItIs(address caller) external {
        vm.prank(caller);
        ISetup(setup).run(deployment);

        // It should leave the hub alone.
        assertEq(poco.name(), "Staked RLC", "name");
        assertEq(poco.countCategory(), 2, "categories");
        assertEq(fresh.countCategory(), 0, "fresh");
        assertEq(fresh.token(), address(0), "fresh token");
    }

    function test_WhenItRunsInANewHub() external {
        // It should emit {RegistriesChanged} and {CallbackGasChanged}.
        vm.expectEmit(address(fresh));
        emit ICatalog.RegistriesChanged(address(appRegistry), address(datasetRegistry), address(workerpoolRegistry));
        vm.expectEmit(address(fresh));
        emit ISettings.CallbackGasChanged(0, 100_000);
        // It should emit {CreateCategory} for each category.
        vm.expectEmit(address(fresh));
        emit ICatalog.CreateCategory(0, "XS", "short", 1);
        vm.expectEmit(address(fresh));
        emit ICatalog.CreateCategory(1, "XL", "long", type(uint32).max);
        run(fresh, owner.addr);

        // It should write all settings.
        assertEq(fresh.token(), address(rlc), "token");
        assertEq(fresh.name(), "name", "name");
        assertEq(fresh.symbol(), "SYMBOL", "symbol");
        assertEq(fresh.appregistry(), address(appRegistry), "apps");
        assertEq(fresh.datasetregistry(), address(datasetRegistry), "datasets");
        assertEq(fresh.workerpoolregistry(), address(workerpoolRegistry), "workerpools");
        assertEq(fresh.callbackgas(), 100_000, "callback gas");
        assertEq(fresh.countCategory(), 2, "categories");
        assertEq(fresh.viewCategory(1).name, "XL", "category");
        assertEq(fresh.viewCategory(1).workClockTimeRef, type(uint32).max, "clock");
    }
}
