// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IDataset} from "../../../../contracts/interfaces/IDataset.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract CreateDataset_Unit_Test is RegistryFixture {
    /// @dev What is left of 24,576 bytes of code behind the 45 of the proxy.
    uint256 internal constant MAX_SIZE = 24_531;
    /// @dev What the packed fields take besides the text.
    uint256 internal constant HEADER = 34;

    function test_RevertWhen_TheOwnerIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        datasets.createDataset(address(0), "n", "m", bytes32(uint256(1)));
    }

    function testFuzz_RevertWhen_TheFieldsDoNotFitInContractCode(uint256 size) external {
        size = bound(size, MAX_SIZE + 1, MAX_SIZE + 5000);
        bytes memory text = new bytes(size - HEADER);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, size, MAX_SIZE));
        datasets.createDataset(alice, string(text), "", bytes32(0));
    }

    function test_RevertWhen_AFieldIsLongerThanItsPackedLengthCanTell() external {
        bytes memory text = new bytes(65_536);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, 65_536 + HEADER, MAX_SIZE));
        datasets.createDataset(alice, string(text), "", bytes32(0));
    }

    function test_RevertGiven_TheDatasetExists() external {
        address dataset = datasets.createDataset(alice, "n", "m", bytes32(uint256(1)));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetAlreadyExists.selector, dataset));
        datasets.createDataset(alice, "n", "m", bytes32(uint256(1)));
    }

    function test_RevertGiven_TheDatasetExistsAndWasSold() external {
        address dataset = datasets.createDataset(alice, "n", "m", bytes32(uint256(1)));
        vm.prank(alice);
        datasets.transferFrom(alice, bob, idOf(dataset));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetAlreadyExists.selector, dataset));
        datasets.createDataset(alice, "n", "m", bytes32(uint256(1)));
    }

    function test_WhenTheFieldsJustFitInContractCode() external {
        bytes memory text = new bytes(MAX_SIZE - HEADER);
        text[0] = "a";
        text[text.length - 1] = "z";

        IDataset dataset = IDataset(datasets.createDataset(alice, string(text), "", bytes32(0)));

        // It should keep them.
        assertEq(bytes(dataset.m_datasetName()), text);
    }

    function testFuzz_WhenTheDatasetIsNew(
        address owner,
        string calldata name,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external {
        vm.assume(owner != address(0));
        address predicted = datasets.predictDataset(owner, name, multiaddr, checksum);
        assertEq(predicted.code.length, 0, "code before");

        // It should emit {Transfer}.
        vm.expectEmit(address(datasets));
        emit IERC721.Transfer(address(0), owner, idOf(predicted));
        vm.prank(anyone);
        IDataset dataset = IDataset(datasets.createDataset(owner, name, multiaddr, checksum));

        // It should be where it was predicted.
        assertEq(address(dataset), predicted, "address");
        // It should give its token to the owner.
        assertEq(datasets.ownerOf(idOf(predicted)), owner, "owner");
        // It should keep its fields.
        assertEq(dataset.m_datasetName(), name, "name");
        assertEq(dataset.m_datasetMultiaddr(), multiaddr, "multiaddr");
        assertEq(dataset.m_datasetChecksum(), checksum, "checksum");
    }
}
